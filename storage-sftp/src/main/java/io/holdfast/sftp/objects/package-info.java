/** Objects as files of a server. */
@NullMarked
package io.holdfast.sftp.objects;

import org.jspecify.annotations.NullMarked;
