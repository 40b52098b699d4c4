"""What a new set of manifests does to what is there: field by field, its price, its effect, what it takes."""
