"""Townships, branches, groups, people, posts, terms; roster import; split, merge, move."""
