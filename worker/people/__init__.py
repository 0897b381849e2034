"""Who is who: from accounts at sources to pseudonymous people."""
