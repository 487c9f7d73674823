import org.jspecify.annotations.NullMarked;

/** The domain of federated learning, pure: no I/O, no clock, no threads, no randomness of its own. */
@NullMarked
module org.dalrn.core {
    requires static org.jspecify;

    exports org.dalrn.core.aggregation;
    exports org.dalrn.core.incentive;
    exports org.dalrn.core.incentive.bargaining;
    exports org.dalrn.core.incentive.contribution;
    exports org.dalrn.core.incentive.effort;
    exports org.dalrn.core.incentive.exact;
    exports org.dalrn.core.incentive.game;
    exports org.dalrn.core.model;
    exports org.dalrn.core.round;
    exports org.dalrn.core.strategy;
}
