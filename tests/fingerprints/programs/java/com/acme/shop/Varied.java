package com.acme.shop;

import java.util.Random;

/** What differs from run to run: ids, hosts, users. */
final class Varied {
    static final int SEED = Integer.parseInt(System.getenv().getOrDefault("SHOP_SEED", "1"));
    static final Random RANDOM = new Random(SEED);

    static int number() { return RANDOM.nextInt(900000) + 10; }

    static String uid() { return new java.util.UUID(RANDOM.nextLong(), RANDOM.nextLong()).toString(); }

    static String host() {
        return new String[] {"db-3.internal", "cache7.eu.example.com", "10.1.7.22"}[RANDOM.nextInt(3)] + ":" + number() % 9000;
    }

    static String user() { return new String[] {"alice", "bob", "carol"}[RANDOM.nextInt(3)] + number() % 100; }
}
