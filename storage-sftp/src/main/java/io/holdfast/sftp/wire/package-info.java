/** Connections, and the requests of the SFTP protocol. */
@NullMarked
package io.holdfast.sftp.wire;

import org.jspecify.annotations.NullMarked;
