package io.holdfast.notifications;

import java.util.Optional;

/**
 * A watcher outside, in the manner of healthchecks.io, that calls somebody when pings stay away.
 *
 * @param address of one check; or, if there is a slug, of a project: server and ping key
 * @param slug with placeholders <code>{{cluster}}</code> and <code>{{schedule}}</code>
 * @param create whether checks that do not exist yet are made there; only with a slug
 */
public record PingSpec(SecretSource address, Optional<String> slug, boolean create) {}
