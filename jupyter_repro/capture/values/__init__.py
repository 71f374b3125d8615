"""Values without looking twice: fingerprints, identities, what shares what, what leads where."""
