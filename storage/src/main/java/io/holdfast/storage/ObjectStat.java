package io.holdfast.storage;

import java.time.Instant;

/** What a listing tells. {@code modified} is the site's clock, never to be compared with ours. */
public record ObjectStat(ObjectKey key, long size, Instant modified) {}
