"""Choosing a leader or a deputy of a group: nomination or election, review and filing, the post, its vacancy."""
