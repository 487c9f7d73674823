package org.dalrn.core.model;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;

/** One value of the configuration that a run's author hands to trainers: text, number, integer or flag. Immutable. */
public sealed interface ConfigValue {

    /** Calls the function of this value's kind: the compiler sees to it that no kind is forgotten. */
    <R> R match(
            Function<String, R> text, Function<Double, R> number, Function<Long, R> integer, Function<Boolean, R> flag);

    static ConfigValue of(String value) {
        return new Text(value);
    }

    static ConfigValue of(double value) {
        return new Decimal(value);
    }

    static ConfigValue of(long value) {
        return new Whole(value);
    }

    static ConfigValue of(boolean value) {
        return new Flag(value);
    }

    /** Text of at most 4,096 characters. */
    record Text(String value) implements ConfigValue {
        public Text {
            requireNonNull(value, "value");
            if (value.length() > 4096) {
                throw new IllegalArgumentException("configuration text has " + value.length()
                        + " characters, at most 4096 are allowed; put larger data into the trainer's own files");
            }
        }

        @Override
        public <R> R match(
                Function<String, R> text,
                Function<Double, R> number,
                Function<Long, R> integer,
                Function<Boolean, R> flag) {
            return text.apply(value);
        }
    }

    /** A finite number. */
    record Decimal(double value) implements ConfigValue {
        public Decimal {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("configuration number " + value + " is not finite");
            }
        }

        @Override
        public <R> R match(
                Function<String, R> text,
                Function<Double, R> number,
                Function<Long, R> integer,
                Function<Boolean, R> flag) {
            return number.apply(value);
        }
    }

    /** A whole number of 64 bits. */
    record Whole(long value) implements ConfigValue {
        @Override
        public <R> R match(
                Function<String, R> text,
                Function<Double, R> number,
                Function<Long, R> integer,
                Function<Boolean, R> flag) {
            return integer.apply(value);
        }
    }

    /** True or false. */
    record Flag(boolean value) implements ConfigValue {
        @Override
        public <R> R match(
                Function<String, R> text,
                Function<Double, R> number,
                Function<Long, R> integer,
                Function<Boolean, R> flag) {
            return flag.apply(value);
        }
    }
}
