"""Stories over a whole console, each played by people in browsers."""
