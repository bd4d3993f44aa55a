@org.jspecify.annotations.NullMarked
package io.holdfast.repository.sealing;
