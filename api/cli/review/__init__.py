"""What people say of photos: labels, audits and sightings."""
