"""What a rule is and what it reports: findings, and fixes as data."""
