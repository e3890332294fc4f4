"""The catalogues of messages: what they must hold, taken from the code and the data, and whether they do.

A message is taken where it is written:

* `messages_in_code`: Python, by its syntax tree (`_`, `n_`, `N_`, and any French prose below them);
* `messages_in_templates`: the Jinja templates;
* `messages_of_data`: what the TOML files of plugins say;
* `messages_of_objects`: rules, dated texts, commands, schemas: what only makes sense once loaded.
"""
