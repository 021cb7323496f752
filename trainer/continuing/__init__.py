"""A trained model learns on from what people have corrected, without forgetting what it knew."""
