"""The staff that demand takes."""
