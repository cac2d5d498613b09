"""Attacks: whatever is sent, the answer is a clear refusal or the text as it was sent, and never a fault of ours."""
