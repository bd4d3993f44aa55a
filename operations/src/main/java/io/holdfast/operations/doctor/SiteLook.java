package io.holdfast.operations.doctor;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What was seen of a site's place.
 *
 * @param description where it is
 * @param device number of the file system that it is on, if it is a directory of this machine
 * @param retains whether it keeps what is deleted, so that nobody who has this machine's access can
 *     destroy it; empty if nobody knows
 */
public record SiteLook(
    String name, String description, OptionalLong device, Optional<Boolean> retains) {
  boolean local() {
    return device.isPresent();
  }
}
