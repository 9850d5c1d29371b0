using Mes.Application.Caching;
using Mes.Infrastructure.Caching.Keys;
using Mes.Tests.Caching.Support;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.Caching;

/// <summary>What <see cref="ITaggedCache"/> promises, and how puts of orders renew tags.</summary>
internal abstract partial class CacheContract
{
    private static readonly byte[] Answer = "an answer"u8.ToArray();

    private string _key = null!;
    private string[] _tags = null!;

    [SetUp]
    public void ChooseTags()
    {
        var own = NewId();
        _key = $"query:{own}";
        _tags = [$"one:{own}", $"two:{own}"];
    }

    [Test]
    public async Task An_answer_is_a_hit_while_all_its_stamps_are_the_same()
    {
        await StoreAsync();

        for (var i = 0; i < 3; i++)
        {
            Assert.That((await TaggedCache.ReadAsync(_key, _tags)).Hit?.ToArray(), Is.EqualTo(Answer));
        }
    }

    [Test]
    public async Task An_answer_that_was_never_stored_is_a_miss_with_stamps()
    {
        var read = await TaggedCache.ReadAsync(_key, _tags);

        Assert.That(read.Hit, Is.Null);
        Assert.That(read.BypassReason, Is.Null);
        Assert.That(read.Stamps!.Values, Has.Count.EqualTo(2 * CellCount).And.All.Not.Empty);
        Assert.That((await TaggedCache.ReadAsync(_key, _tags)).Stamps!.Values, Is.EqualTo(read.Stamps.Values),
            "the stamps stay until a put renews them");
    }

    [TestCase(0)]
    [TestCase(1)]
    public async Task An_answer_is_a_miss_once_one_of_its_tags_is_renewed(int tag)
    {
        await StoreAsync();

        Assert.That(await TaggedCache.RenewAsync([_tags[tag]]), Is.True);

        Assert.That((await TaggedCache.ReadAsync(_key, _tags)).Hit, Is.Null);
    }

    [TestCase(0)]
    [TestCase(1)]
    public async Task A_lost_stamp_makes_a_miss(int tag)
    {
        await StoreAsync();

        Assert.That(await Redis.KeyDeleteAsync(Keys.Stamp(_tags[tag])), Is.True);

        Assert.That((await TaggedCache.ReadAsync(_key, _tags)).Hit, Is.Null);
        Assert.That(
            (await TaggedCache.ReadAsync(_key, _tags)).Hit, Is.Null,
            "the answer does not come back with the next stamp");
    }

    [Test]
    public async Task The_renewal_of_another_tag_leaves_an_answer_alone()
    {
        await StoreAsync();

        await TaggedCache.RenewAsync([$"{_tags[0]}:else"]);

        Assert.That((await TaggedCache.ReadAsync(_key, _tags)).Hit, Is.Not.Null);
    }

    [Test]
    public async Task Stamps_never_repeat()
    {
        HashSet<string> seen = [];
        for (var i = 0; i < 20; i++)
        {
            seen.UnionWith((await TaggedCache.ReadAsync(_key, [_tags[0]])).Stamps!.Values);
            if (i % 2 == 0)
            {
                await TaggedCache.RenewAsync(_tags);
            }
            else
            {
                await Redis.KeyDeleteAsync(Keys.Stamp(_tags[0]));
            }
        }

        Assert.That(seen, Has.Count.EqualTo(20));
    }

    [Test]
    public async Task The_answer_of_a_slow_reader_is_a_miss()
    {
        var before = (await TaggedCache.ReadAsync(_key, _tags)).Stamps!;
        await TaggedCache.RenewAsync(_tags);

        await TaggedCache.StoreAsync(_key, before, Answer);

        Assert.That((await TaggedCache.ReadAsync(_key, _tags)).Hit, Is.Null);
    }

    [Test]
    public async Task A_slow_reader_does_not_bring_back_an_answer_after_its_stamps_were_lost()
    {
        var before = (await TaggedCache.ReadAsync(_key, _tags)).Stamps!;
        await Redis.KeyDeleteAsync([Keys.Stamp(_tags[0]), Keys.Stamp(_tags[1])]);

        await TaggedCache.StoreAsync(_key, before, Answer);

        Assert.That((await TaggedCache.ReadAsync(_key, _tags)).Hit, Is.Null);
    }

    [Test]
    public async Task Answers_of_other_keys_with_the_same_tags_are_not_mixed_up()
    {
        await StoreAsync();

        Assert.That((await TaggedCache.ReadAsync(_key + "0", _tags)).Hit, Is.Null);
    }

    [Test]
    public async Task An_answer_without_bytes_is_a_hit_too()
    {
        await TaggedCache.StoreAsync(_key, (await TaggedCache.ReadAsync(_key, _tags)).Stamps!, default);

        Assert.That((await TaggedCache.ReadAsync(_key, _tags)).Hit?.Length, Is.Zero);
    }

    [TestCaseSource(nameof(ForeignStamps))]
    public async Task A_foreign_value_under_a_stamp_makes_a_miss_and_heals(Nonsense nonsense)
    {
        await StoreAsync();
        await nonsense.Write(Redis, Keys.Stamp(_tags[0]));

        Assert.That((await TaggedCache.ReadAsync(_key, _tags)).Hit, Is.Null);
        await StoreAsync();
        Assert.That((await TaggedCache.ReadAsync(_key, _tags)).Hit, Is.Not.Null);
    }

    [Test]
    public async Task A_foreign_value_under_an_answer_makes_a_miss_and_heals()
    {
        await StoreAsync();
        var key = (RedisKey)("mes:q:" + Keys.Answer(_key));
        Assert.That(await Redis.KeyDeleteAsync(key), Is.True, "the answer is stored, as the test needs it to be");
        await Redis.StringSetAsync(key, "somebody else's");

        Assert.That((await TaggedCache.ReadAsync(_key, _tags)).Hit, Is.Null);
        await TaggedCache.StoreAsync(_key, (await TaggedCache.ReadAsync(_key, _tags)).Stamps!, Answer);
        await StoreAsync();
        Assert.That((await TaggedCache.ReadAsync(_key, _tags)).Hit, Is.Not.Null);
    }

    [Test]
    public async Task An_answer_with_a_flipped_bit_is_a_miss()
    {
        await StoreAsync();
        var key = (RedisKey)("mes:q:" + Keys.Answer(_key));
        var stored = (byte[])(await Redis.HashGetAsync(key, "data"))!;
        for (var at = 0; at < stored.Length; at++)
        {
            byte[] spoiled = [.. stored];
            spoiled[at] ^= 1;
            await Redis.HashSetAsync(key, "data", spoiled);
            Assert.That((await TaggedCache.ReadAsync(_key, _tags)).Hit, Is.Null, $"byte {at}");
        }

        await Redis.HashSetAsync(key, "data", stored);
        Assert.That((await TaggedCache.ReadAsync(_key, _tags)).Hit, Is.Not.Null);
    }

    [Test]
    public async Task The_answer_of_another_key_is_a_miss_though_its_stamps_are_the_current_ones()
    {
        await StoreAsync();
        var stored = await Redis.HashGetAllAsync("mes:q:" + Keys.Answer(_key));

        await Redis.HashSetAsync("mes:q:" + Keys.Answer(_key + "0"), stored);

        Assert.That((await TaggedCache.ReadAsync(_key + "0", _tags)).Hit, Is.Null);
    }

    [Test]
    public async Task Answers_expire_and_so_do_their_stamps()
    {
        await StoreAsync();

        Assert.That(await Redis.KeyTimeToLiveAsync("mes:q:" + Keys.Answer(_key)), Is.Not.Null);
        Assert.That(await Redis.KeyTimeToLiveAsync(Keys.Stamp(_tags[0])), Is.Not.Null);
    }

    [TestCase(PutResult.Stored, 3, true)]
    [TestCase(PutResult.Stored, 2, true)]
    [TestCase(PutResult.Superseded, 1, true)]
    [TestCase(PutResult.Rejected, 2, false)]
    public async Task A_put_renews_its_tags_whatever_its_result(PutResult result, int version, bool cached)
    {
        var id = cached ? await StoredAsync(2) : NewId();
        await StoreAsync();

        Assert.That(await Cache.PutAsync(Order(id, version), null, [_tags[1]]), Is.EqualTo(result));

        Assert.That((await TaggedCache.ReadAsync(_key, _tags)).Hit, Is.Null);
    }

    [Test]
    public async Task A_drop_renews_its_tags()
    {
        await StoreAsync();

        Assert.That(await Cache.DropAsync(NewId(), [_tags[1], CacheTags.Seller("alpha")]), Is.True);

        Assert.That((await TaggedCache.ReadAsync(_key, _tags)).Hit, Is.Null);
    }

    [Test]
    public async Task A_put_without_tags_renews_none()
    {
        await StoreAsync();

        await StoredAsync(1);

        Assert.That((await TaggedCache.ReadAsync(_key, _tags)).Hit, Is.Not.Null);
    }

    private static IEnumerable<Nonsense> ForeignStamps =>
        [Nonsense.Text("empty", ""), Nonsense.Text("not ours", "x y\nz"), .. Nonsense.OtherTypes];

    private async Task StoreAsync()
    {
        var stamps = (await TaggedCache.ReadAsync(_key, _tags)).Stamps!;
        Assert.That(await TaggedCache.StoreAsync(_key, stamps, Answer), Is.True);
    }
}
