package com.acme.shop;

//@rename job task
//@shift
import java.io.*;
import java.lang.reflect.*;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;

class Running {
    static class Resource implements AutoCloseable {
        void read() throws IOException { throw new IOException("cannot read " + Varied.host()); }

        @Override public void close() { throw new IllegalStateException("cannot close " + Varied.number()); }
    }

    static void suppressed() throws IOException {
        try (Resource resource = new Resource()) { resource.read(); }
    }

//@shift
    static void inPool() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            pool.submit(() -> work(Varied.uid())).get();
        } finally {
            pool.shutdownNow();
        }
    }

    static int work(String job) { return job.charAt(Varied.number()); }

//@from 4
    static void prepare() { Thread.yield(); }

//@end
    static void inFuture() throws Exception { CompletableFuture.supplyAsync(() -> settle(null)).get(); }

    static int settle(String job) { return job.length(); }

    static void proxied() {
        Stock stock = (Stock) Proxy.newProxyInstance(
            Running.class.getClassLoader(), new Class<?>[] {Stock.class}, (proxy, method, arguments) -> {
                throw new UnsupportedOperationException(method.getName() + " of " + arguments[0]);
            });
        stock.take("sku-" + Varied.number());
    }

//@shift
    static void reflected() throws Exception {
        Running.class.getDeclaredMethod("hidden", String.class).invoke(null, Varied.user());
    }

    static void hidden(String user) { throw new SecurityException("no access for " + user); }

    static void readConfig() throws IOException { Files.readString(Path.of("/srv", Varied.user(), "config.json")); }

    static void load() throws Exception { Class.forName("com.acme.shop.Plugin" + Varied.number()); }

    static void connect() throws IOException { new java.net.Socket("127.0.0.1", 1); }

    static class Client {
        String get(String path) { return request("GET", path); }

        String request(String method, String path) { throw new IllegalStateException(method + " " + path + " on " + Varied.host()); }
    }

    static void syncRates() { new Client().get("/rates/" + Varied.number()); }

    static void syncStock() { new Client().get("/stock/" + Varied.number()); }

    static void checkedAssert() { throw new AssertionError("amount is " + Varied.number()); }

    static class Jobs<T> implements Iterable<T> {
        @Override public Iterator<T> iterator() {
            return new Iterator<T>() {
                @Override public boolean hasNext() { return true; }

                @Override public T next() { throw new NoSuchElementException("job " + Varied.uid()); }
            };
        }
    }

    static void iterate() { for (Object job : new Jobs<String>()) { job.hashCode(); } }
}
