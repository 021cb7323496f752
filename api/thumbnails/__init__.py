"""Small JPEGs of photos, made in a process of their own: a hostile picture can't take the api down."""
