/**
 * Four hospitals learn a heart-disease classifier together: the data, the model and its evaluation.
 *
 * <p>{@code HospitalData.prepare(Hospital.VA, seed)} is what one node holds; {@link org.dalrn.examples.heart.HeartModel}
 * trains it in rounds, alone or pooled; {@link org.dalrn.examples.heart.Evaluation} is the result.
 */
@NullMarked
package org.dalrn.examples.heart;

import org.jspecify.annotations.NullMarked;
