"""``spanlog doctor``: one check after the other, each with how to mend what it finds."""
