/** Four hospitals learn a heart-disease classifier together: the data, the model and its evaluation. */
@NullMarked
package org.dalrn.examples.heart;

import org.jspecify.annotations.NullMarked;
