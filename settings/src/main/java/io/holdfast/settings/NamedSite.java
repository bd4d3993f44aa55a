package io.holdfast.settings;

/**
 * One of the places where the repository lies, under a name for people.
 *
 * @param required whether a backup or WAL fails where this site fails; the first one always is
 */
public record NamedSite(String name, SiteSettings place, boolean required) {}
