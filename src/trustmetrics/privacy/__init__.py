"""Privacy of what is published: counts withheld, or noise added."""
