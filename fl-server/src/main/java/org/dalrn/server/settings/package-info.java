/**
 * Files that people write for DALRN, in YAML or JSON, read so that all faults are named at once, each with its key, its line and
 * the fix.
 *
 * <p>Entry type: {@link org.dalrn.server.settings.Settings}.
 *
 * <pre>{@code
 * Settings file = Settings.yaml("dalrn.yaml", text, ErrorCode.CONFIG_INVALID);
 * Supplier<Duration> grace = file.root().section("session").value("resume-grace", "30s", DurationText::parse);
 * file.throwIfFaulty();
 * use(grace.get());
 * }</pre>
 */
package org.dalrn.server.settings;
