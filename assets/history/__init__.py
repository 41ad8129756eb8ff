"""What releases remember: stored inputs, comparison with the release before, actuals, what matters most."""
