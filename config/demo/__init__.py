"""A fictional company to try the console with: its people, channels, mentions, and the mails it would have sent."""
