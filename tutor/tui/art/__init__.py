"""Pictures drawn with Unicode blocks: ours, pixel by pixel."""
