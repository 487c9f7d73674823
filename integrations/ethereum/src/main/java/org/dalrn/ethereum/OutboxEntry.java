package org.dalrn.ethereum;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * One transaction of an outbox at a moment.
 *
 * @param id its number, from 0 on
 * @param to the contract; empty if it makes one
 * @param status how far it is
 * @param attempts how often it was signed
 * @param transaction hash of the try that landed, else of the last one
 * @param block number of the block that it is in
 * @param made address of the contract that it made
 * @param note what keeps it from going on
 * @param memo what was added with it
 */
record OutboxEntry(
        long id,
        Optional<EthereumAddress> to,
        TransactionStatus status,
        int attempts,
        Optional<String> transaction,
        Optional<Long> block,
        Optional<EthereumAddress> made,
        Optional<String> note,
        JsonNode memo) {}
