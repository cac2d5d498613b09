"""The ways out of the pager, one file per kind. They know neither each other nor the database of escalations."""
