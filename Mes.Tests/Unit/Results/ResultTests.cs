using Mes.Domain.Results;
using NUnit.Framework;

namespace Mes.Tests.Unit.Results;

[Category("Unit")]
internal sealed class ResultTests
{
    [Test]
    public void A_success_has_its_value_and_no_error()
    {
        Result<int> result = 3;

        Assert.That((result.IsSuccess, result.Value, result.Error), Is.EqualTo((true, 3, (Error?)null)));
    }

    [Test]
    public void A_failure_has_its_error_and_no_value()
    {
        Result<int> result = new Error("not-found", "There is none.");

        Assert.That(result.IsSuccess, Is.False);
        Assert.That(result.Error, Is.EqualTo(new Error("not-found", "There is none.")));
        Assert.That(() => result.Value, Throws.InvalidOperationException.With.Message.Contains("not-found"));
    }

    [Test]
    public void A_behaviour_can_answer_with_a_failure_of_any_result()
    {
        var error = new Error("validation-error", "No.");

        Assert.That(Refuse<Result<string>>(error).Error, Is.SameAs(error));

        static T Refuse<T>(Error error)
            where T : IResult<T> => T.Failure(error);
    }

    [Test]
    public void Success_may_be_null()
    {
        var result = Result<string?>.Success(null);

        Assert.That((result.IsSuccess, result.Value), Is.EqualTo((true, (string?)null)));
    }
}
