"""The pages of the board: what instructor and helpers see, and what they can do."""
