"""From photos to sightings: frames of one bird, by one camera, one soon after the other."""
