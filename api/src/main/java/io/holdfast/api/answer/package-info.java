/** What each request is answered, as records: no HTTP. */
@NullMarked
package io.holdfast.api.answer;

import org.jspecify.annotations.NullMarked;
