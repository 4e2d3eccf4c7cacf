"""What a visitor reads about signing in, in Dutch and in English."""

ACCESS_TEXTS = {
    "nl": {
        "error_401": "Hiervoor moet u aangemeld zijn",
        "error_429": "Te veel in korte tijd",
        "sign_in": "Aanmelden",
        "sign_in_failed": "Dit token geldt niet. Misschien is het ingetrokken of niet geheel overgenomen.",
        "sign_in_intro": "Wie documenten toevoegt of verwijdert, meldt zich aan met een token van de beheerder.",
        "sign_in_to_read": "Deze documenten zijn alleen te lezen en te bevragen met een token van de beheerder.",
        "sign_out": "Afmelden ({name})",
        "token": "Token",
    },
    "en": {
        "error_401": "You have to be signed in for this",
        "error_429": "Too much in a short time",
        "sign_in": "Sign in",
        "sign_in_failed": "This token does not count. It may have been revoked, or not been copied as a whole.",
        "sign_in_intro": "Who adds or removes documents signs in with a token of the keeper.",
        "sign_in_to_read": "These documents can be read and asked only with a token of the keeper.",
        "sign_out": "Sign out ({name})",
        "token": "Token",
    },
}
