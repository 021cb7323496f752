"""What a person may call a photo: names of the world's birds, found as they are typed."""
