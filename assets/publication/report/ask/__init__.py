"""What the report's part `ask` needs: levels of the principal run and responses, packed for its script."""
