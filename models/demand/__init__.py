"""What the people of a place will need: activity rates, calibration, growth, provider flows."""
