// Times SEAL itself, from C++: figures and JSON as ./run says.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>
#include "seal/seal.h"
#include "seal/util/iterator.h"
#include "seal/util/ntt.h"

using namespace seal;
using clock_type = std::chrono::steady_clock;

namespace
{
    double microseconds_since(clock_type::time_point start)
    {
        return std::chrono::duration<double, std::micro>(clock_type::now() - start).count();
    }

    // Each repetition is timed alone: `prepare` outside the clock, `measured` inside.
    void figure(
        const std::string &name, const std::string &note, const std::function<void()> &measured,
        const std::function<void()> &prepare = [] {})
    {
        std::vector<double> times;
        const auto warm_up = clock_type::now();
        while (microseconds_since(warm_up) < 5e5)
        {
            prepare();
            measured();
        }
        const auto begin = clock_type::now();
        while (times.size() < 100 || (microseconds_since(begin) < 1.5e6 && times.size() < 20000))
        {
            prepare();
            const auto start = clock_type::now();
            measured();
            times.push_back(microseconds_since(start));
        }
        std::sort(times.begin(), times.end());
        std::printf(
            "{\"suite\":\"peers\",\"name\":\"seal_%s\",\"params\":{\"peer\":\"SEAL %d.%d.%d\",%s,\"minimum\":%.2f,"
            "\"repetitions\":%zu},\"value\":%.2f,\"unit\":\"us\"}\n",
            name.c_str(), SEAL_VERSION_MAJOR, SEAL_VERSION_MINOR, SEAL_VERSION_PATCH, note.c_str(), times.front(),
            times.size(), times[times.size() / 2]);
        std::fflush(stdout);
    }

    void ntt(std::size_t degree)
    {
        const Modulus modulus = CoeffModulus::Create(degree, { 50 })[0];
        const util::NTTTables tables(int(std::log2(degree)), modulus);
        std::vector<std::uint64_t> values(degree), input(degree);
        std::uint64_t state = 1;
        for (auto &value : input)
        {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            value = (state >> 1) % modulus.value();
        }
        figure(
            "ntt_forward_" + std::to_string(degree), "\"through\":\"util::ntt_negacyclic_harvey\",\"bits\":50",
            [&] { util::ntt_negacyclic_harvey(util::CoeffIter(values.data()), tables); }, [&] { values = input; });
    }

    void ckks()
    {
        EncryptionParameters parameters(scheme_type::ckks);
        parameters.set_poly_modulus_degree(8192);
        parameters.set_coeff_modulus(CoeffModulus::Create(8192, { 60, 40, 40, 60 }));
        const SEALContext context(parameters);
        KeyGenerator generator(context);
        PublicKey public_key;
        generator.create_public_key(public_key);
        RelinKeys relin_keys;
        generator.create_relin_keys(relin_keys);
        GaloisKeys galois_keys;
        generator.create_galois_keys(std::vector<int>{ 1 }, galois_keys);
        Encryptor encryptor(context, public_key, generator.secret_key());
        Decryptor decryptor(context, generator.secret_key());
        Evaluator evaluator(context);
        CKKSEncoder encoder(context);
        const double scale = std::pow(2.0, 40);
        std::vector<double> values(encoder.slot_count()), decoded;
        for (std::size_t i = 0; i < values.size(); i++)
        {
            values[i] = (double((37 * i + 11) % 101) - 50) / 64;
        }
        Plaintext plaintext, decrypted;
        Ciphertext ciphertext, result;
        const std::string bits = "\"through\":\"C++\",\"bits\":[60,40,40,60]";
        figure("ckks_8192_encode_encrypt_public", bits, [&] {
            encoder.encode(values, scale, plaintext);
            encryptor.encrypt(plaintext, result);
        });
        figure("ckks_8192_encode_encrypt_symmetric", bits, [&] {
            encoder.encode(values, scale, plaintext);
            encryptor.encrypt_symmetric(plaintext, result);
        });
        encryptor.encrypt(plaintext, ciphertext);
        figure("ckks_8192_decrypt_decode", bits, [&] {
            decryptor.decrypt(ciphertext, decrypted);
            encoder.decode(decrypted, decoded);
        });
        for (std::size_t i = 0; i < values.size(); i++)
        {
            if (std::abs(decoded[i] - values[i]) > 1e-6)
            {
                std::fprintf(stderr, "slot %zu decrypts to %g instead of %g\n", i, decoded[i], values[i]);
                std::exit(1);
            }
        }
        figure("ckks_8192_multiply_relinearize_rescale", bits, [&] {
            evaluator.multiply(ciphertext, ciphertext, result);
            evaluator.relinearize_inplace(result, relin_keys);
            evaluator.rescale_to_next_inplace(result);
        });
        figure("ckks_8192_rotate", bits, [&] { evaluator.rotate_vector(ciphertext, 1, galois_keys, result); });
    }
} // namespace

int main()
{
    for (const std::size_t degree : { 4096, 8192, 16384 })
    {
        ntt(degree);
    }
    ckks();
}
