/** The OpenAPI document, made from the requests and their answers. */
@NullMarked
package io.holdfast.api.document;

import org.jspecify.annotations.NullMarked;
