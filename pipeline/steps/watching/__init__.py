"""Each night held against those before."""
