"""`birds dataset export`: what people have confirmed, as a data set to teach a model by."""
