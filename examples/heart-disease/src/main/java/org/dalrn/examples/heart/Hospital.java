package org.dalrn.examples.heart;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A centre of the UCI Heart Disease study: one member of the federation. */
public enum Hospital {
    /** Cleveland Clinic Foundation, United States: 303 usable rows, 139 with disease. */
    CLEVELAND("cleveland", "Cleveland", "processed.cleveland.data"),
    /** Hungarian Institute of Cardiology, Budapest: 261 usable rows, 98 with disease. */
    HUNGARY("hungary", "Hungary", "processed.hungarian.data"),
    /** University hospitals of Zurich and Basel: 46 usable rows, 45 with disease. */
    SWITZERLAND("switzerland", "Switzerland", "processed.switzerland.data"),
    /** Veterans Affairs Medical Center, Long Beach, United States: 130 usable rows, 101 with disease. */
    VA("va", "Long Beach VA", "processed.va.data");

    private final String id;
    private final String displayName;
    private final String resource;

    Hospital(String id, String displayName, String resource) {
        this.id = id;
        this.displayName = displayName;
        this.resource = resource;
    }

    /** The name used in configuration, node identities and JSON: lower case letters only. */
    public String id() {
        return id;
    }

    /** The name shown to people. */
    public String displayName() {
        return displayName;
    }

    /** File name of the centre's records, beside this class on the class path. */
    String resource() {
        return resource;
    }

    /**
     * Finds a hospital by its {@link #id()}.
     *
     * @throws IllegalArgumentException if no hospital has this id
     */
    public static Hospital parse(String id) {
        for (Hospital hospital : values()) {
            if (hospital.id.equals(id)) {
                return hospital;
            }
        }
        throw new IllegalArgumentException("no hospital is called '" + id + "'; use one of "
                + Arrays.stream(values()).map(Hospital::id).collect(Collectors.joining(", ")));
    }
}
