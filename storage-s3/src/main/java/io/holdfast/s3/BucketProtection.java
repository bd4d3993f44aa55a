package io.holdfast.s3;

import java.util.Optional;

/**
 * What keeps the objects of a bucket from being deleted for good. Empty: the access key may not see
 * it, or the store cannot tell.
 *
 * @param versions whether what is deleted or overwritten is kept as a version
 * @param objectLock whether the bucket has object lock
 * @param expiry whether a life-cycle rule removes old versions of the repository
 * @param mayDeleteVersions whether this access key can delete a version for good
 * @param mayBypass whether this access key can end locks of mode governance before their time
 */
public record BucketProtection(
    Optional<Boolean> versions,
    Optional<Boolean> objectLock,
    Optional<Boolean> expiry,
    Optional<Boolean> mayDeleteVersions,
    Optional<Boolean> mayBypass) {}
