/**
 * From a round's accepted updates to the next global model.
 *
 * <p>Entry type: {@link org.dalrn.server.combine.PlainCombiner}, for updates that the coordinator can read. The same
 * accepted updates give the same bits, whatever their order and however often the coordinator was restarted between them.
 */
package org.dalrn.server.combine;
