/**
 * The configuration file: {@link io.holdfast.settings.SettingsFile} finds and reads it, {@link
 * io.holdfast.settings.Settings} is what it says, {@link io.holdfast.settings.NewSettings} writes a
 * first one. Every option is declared once, in {@code io.holdfast.settings.options}; the binder,
 * the JSON Schema, the reference page and the template come from there.
 *
 * <p>Architecture invariant: knows words and files, no PostgreSQL, no repository.
 */
@NullMarked
package io.holdfast.settings;

import org.jspecify.annotations.NullMarked;
