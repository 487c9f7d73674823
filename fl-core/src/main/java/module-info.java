import org.jspecify.annotations.NullMarked;

/** The domain of federated learning, pure: parameters, updates, exact aggregation, strategies and the round state machine, without I/O, clock, threads or randomness of its own. */
@NullMarked
module org.dalrn.core {
    requires static org.jspecify;

    exports org.dalrn.core.aggregation;
    exports org.dalrn.core.model;
}
