"""When is a number right? Running error bounds, and the comparison of what came with what is expected."""
