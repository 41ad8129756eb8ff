"""The rooms, beds and floor area that demand takes."""
