package dev.sluice.policy.hocon;

/** What can be wrong with a text as HOCON: the message and the hint of each mistake. Quotes nothing of the text. */
enum HoconSyntax {
    QUOTE_OPEN("a quoted text isn't closed", "add the missing \" at the end of the text"),
    TRIPLE_QUOTE_OPEN("a text in three quotes isn't closed", "add the missing \"\"\" at the end of the text"),
    CONTROL_IN_QUOTES("a quoted text holds a control character", "write it as an escape, such as \\t or \\u001b"),
    ESCAPE("a backslash in quotes starts an escape that doesn't exist", "write \\\\ for a backslash"),
    DOLLAR("the character $ needs quotes around it", "put the whole name or value in quotes, such as \"acme$carol\""),
    RESERVED(
            "a character with a meaning in HOCON (one of $ \" { } [ ] : = , + # ` ^ ? ! @ * & \\) needs quotes",
            "put the whole name or value in quotes"),
    SUBSTITUTION("a substitution isn't complete", "write ${key}, or ${?key} if it may be missing"),
    CLOSES_NOTHING("this } closes nothing", "remove it, or add the { that is missing"),
    OBJECT_AFTER_PLAIN(
            "an object follows a plain value",
            "a name with : in it needs quotes, such as \"acme:images\"; else a comma or a new line is missing"),
    MIXED(
            "an object, a list and a plain value can't be one value",
            "a comma or a new line is missing, or a substitution is of another kind"),
    DOTS("a dot has no name before or after it", "put a name that has dots in quotes, such as \"www.example.com\""),
    VALUE_MISSING("a value is missing", "write a value after the =, or remove the key"),
    LIST_ON_TOP("the file is a list", "a configuration file holds keys, such as limits { ... }"),
    LEFT_OVER(
            "something is left over after a value",
            "separate keys by a new line or a comma; a value with : or = in it needs quotes"),
    NEVER_CLOSED("what is opened here is never closed", "add the missing } or ]"),
    TOO_DEEP("objects or lists are nested too deeply", "no key needs more than 6 levels"),
    TOO_LONG(
            "a name or a value is longer than " + HoconTree.TEXT_MAX + " characters",
            "shorten it; a quote or a new line may be missing"),
    APPEND_IN_LIST("+= doesn't work within a list", "write = and the whole value"),
    CIRCLE("substitutions form a circle", "give one of the keys a value of its own"),
    TOO_TANGLED(
            "substitutions lead to others more than " + SubstitutionResolver.DEPTH_MAX + " times",
            "use fewer substitutions"),
    INCLUDE(
            "include isn't supported",
            "write everything into this file: changes of an included file would not be noticed"),
    OTHER(
            "this isn't HOCON",
            "look at this line and the one before: a brace, a quote or a comma is missing or too many");

    private final String message;
    private final String hint;

    HoconSyntax(String message, String hint) {
        this.message = message;
        this.hint = hint;
    }

    String message() {
        return message;
    }

    String hint() {
        return hint;
    }

    /** The mistake in a line. */
    HoconException in(int line) {
        return at(line, 1);
    }

    /** The mistake at a place. */
    HoconException at(int line, int column) {
        return new HoconException(line, column, message, hint);
    }
}
