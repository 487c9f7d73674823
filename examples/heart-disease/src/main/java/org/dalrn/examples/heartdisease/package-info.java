/** Four hospitals learn a heart-disease classifier together: data, trainer and comparison. */
@org.jspecify.annotations.NullMarked
package org.dalrn.examples.heartdisease;
