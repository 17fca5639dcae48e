"""Who is a member, who reaches success, who is lost: from declarations to rows."""
